# Sourced by the scripts beside it, after `lib.sh` of the comparison scripts: one gate on an external PostgreSQL with the applications and the person the comparison knows.
# env: JAVA (java), JOPTS (JVM options), GATE_PORT (24280), GATE_HEAP (the launcher's own size unless set), GATE (folder with gatehouse.jar and lib/).
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
JAVA=${JAVA:-java}
GATE=${GATE:-$root/target}
GATE_PORT=${GATE_PORT:-24280}
GATE_WORK=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-bench.XXXXXX")
GATE_PID=
GATE_OPTS=${GATE_OPTS:--XX:+UseSerialGC -Xmx128m -XX:TieredStopAtLevel=4}

# What it serves; DATABASE_URL and MASTER_KEY are for its environment alone.
gate_settings() {
  cat >"$GATE_WORK/gatehouse.yaml" <<YAML
listen: 127.0.0.1:$GATE_PORT
admin: 127.0.0.1:$((GATE_PORT + 1))
url: http://127.0.0.1:$GATE_PORT
clients:
  svc-rs: {type: service, secret: "\${SVC_RS_SECRET}", scopes: [api], access_token: RS256}
  svc-es: {type: service, secret: "\${SVC_ES_SECRET}", scopes: [api]}
  web: {type: spa, redirect: [http://127.0.0.1:9999/cb], scopes: [openid, profile, offline_access], id_token: ES256}
scopes:
  api: Use the API
keys: {algorithms: [ES256, RS256]}
observe: {log: json}
YAML
  export SVC_RS_SECRET=svc-rs-secret SVC_ES_SECRET=svc-es-secret
  export MASTER_KEY; MASTER_KEY=$(openssl rand -base64 32)
}

# gate_database: an empty one, and alice in it
gate_database() {
  pg_up
  pg_freshdb gatehouse
  export DATABASE_URL="postgres://gatehouse:gatehouse@127.0.0.1:$PGPORT_AS/gatehouse"
  printf 'Wonderland-2025!\n' | "$JAVA" -jar "$GATE/gatehouse.jar" user add alice --stdin -c "$GATE_WORK/gatehouse.yaml" >/dev/null
}

# gate_start: until it is ready; GATE_COMMAND, if set, is run instead of java (the launcher of the tarball)
gate_start() {
  if [ -n "${GATE_COMMAND:-}" ]; then
    "$GATE_COMMAND" run -c "$GATE_WORK/gatehouse.yaml" >"$GATE_WORK/log" 2>&1 </dev/null &
  else
    # shellcheck disable=SC2086
    "$JAVA" $GATE_OPTS ${JOPTS:-} -jar "$GATE/gatehouse.jar" run -c "$GATE_WORK/gatehouse.yaml" >"$GATE_WORK/log" 2>&1 </dev/null &
  fi
  GATE_PID=$!
  for _ in $(seq 600); do
    curl -sf -o /dev/null "http://127.0.0.1:$((GATE_PORT + 1))/health/ready" && return 0
    kill -0 "$GATE_PID" 2>/dev/null || break
    sleep 0.05
  done
  grep -v '"event":"request"' "$GATE_WORK/log" | tail -40 >&2
  return 1
}

gate_stop() {
  [ -z "$GATE_PID" ] && return 0
  kill "$GATE_PID" 2>/dev/null
  wait "$GATE_PID" 2>/dev/null
  GATE_PID=
}

gate_json() {
  local base=http://127.0.0.1:$GATE_PORT
  cat <<JSON
{"name":"${GATE_NAME:-gatehouse}","pid":$GATE_PID,"pgdata":"$SCRATCH/pg","issuer":"$base","discovery":"$base/.well-known/openid-configuration","jwks":"$base/oauth/jwks",
 "authorize":"$base/oauth/authorize","token":"$base/oauth/token","introspect":"$base/oauth/introspect","userinfo":"$base/oauth/userinfo","scope":"openid profile offline_access",
 "login":{"kind":"json","url":"$base/login"}}
JSON
}

gate_finish() { gate_stop || true; rm -rf "$GATE_WORK"; }
trap gate_finish EXIT
trap 'exit 130' INT TERM

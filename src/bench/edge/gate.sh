# Sourced by the scripts beside it: a gate with the settings in $folder/gatehouse.yaml, from its start to its end. Builds nothing: `mvn -q -DskipTests package` first.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-bench.XXXXXX")
folder=$work
gate=
beside= # further processes that end with the script

gate_finish() {
  for pid in $gate $beside; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
  gate=
  beside=
  [ "${1:-}" = keep ] || rm -rf "$work"
}
trap gate_finish EXIT
trap 'exit 130' INT TERM

# The launcher's sizes of heap and the like, which stand in src/main/launcher/gatehouse.
LAUNCHED="java -XX:+UseSerialGC -Xms24m -XX:MaxNewSize=40m -Xmx512m -Xss512k -XX:MaxDirectMemorySize=64m -XX:ReservedCodeCacheSize=48m -XX:+ExitOnOutOfMemoryError"

# gate_start COMMAND... : until it is ready; the admin listener is one port above GATE_PORT
gate_start() {
  "$@" run -c "$folder/gatehouse.yaml" >"$folder/log" 2>&1 </dev/null &
  gate=$!
  for _ in $(seq 900); do
    curl -sf -o /dev/null "http://127.0.0.1:$((GATE_PORT + 1))/health/ready" && return 0
    kill -0 "$gate" 2>/dev/null || break
    sleep 0.1
  done
  grep -v '"event":"request"' "$folder/log" | tail -40 >&2
  return 1
}

# gate_token : an access token of somebody who has just registered, in $token
gate_token() {
  local person='{"username":"bench","password":"a-long-way-down-42"}'
  ask() { curl -sf -H 'Content-Type: application/json' -d "$person" "http://127.0.0.1:$GATE_PORT/$1"; }
  ask register >/dev/null
  token=$(ask login | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
}

# play CLASS ARGUMENTS... : one of the programs beside this file; HEAP (256m)
play() {
  local class=$1
  shift
  javac -J-XX:TieredStopAtLevel=1 -sourcepath "$here" -d "$work/classes" "$here/$class.java"
  java -XX:+UseSerialGC -Xmx"${HEAP:-256m}" -cp "$work/classes" "$class" "$@"
}

-- For wrk: requests that are made beforehand and sent in turn.
-- env: TOKEN_FILE (one a line), TOKENS (how many of them, 0 for none), SKIP (so many before them), ONCE (each is sent a single time), TARGETS (file of lines `HOST PATH`), BODY (octets of a POST)
local list, i, once = {}, 0, os.getenv("ONCE")

local function lines(file, skip, most)
  local all, n = {}, 0
  for line in io.lines(file) do
    n = n + 1
    if n > skip + most then break end
    if n > skip then all[#all + 1] = line end
  end
  return all
end

function init(args)
  local tokens = lines(os.getenv("TOKEN_FILE"), tonumber(os.getenv("SKIP") or "0"), tonumber(os.getenv("TOKENS") or "100"))
  local targets = os.getenv("TARGETS") and lines(os.getenv("TARGETS"), 0, 1000000) or { "api.gatehouse.test " .. wrk.path }
  local body = os.getenv("BODY") and string.rep("b", tonumber(os.getenv("BODY")))
  for k = 1, math.max(#tokens, #targets) do
    local host, path = targets[(k - 1) % #targets + 1]:match("(%S+) (%S+)")
    local fields = { ["Host"] = host, ["Accept"] = "application/json", ["User-Agent"] = "rows/1" }
    if #tokens > 0 then fields["Authorization"] = "Bearer " .. tokens[(k - 1) % #tokens + 1] end
    list[k] = wrk.format(body and "POST" or "GET", path, fields, body)
    if body and k >= 100 then break end
  end
end

function request()
  i = i + 1
  if i > #list then
    i = 1
    if once then wrk.thread:stop() end
  end
  return list[i]
end

function done(summary, latency, requests)
  io.write(string.format("\nRESULT %d %d\n", summary.requests, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end

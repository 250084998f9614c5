-- One load for wrk: METHOD, PATH and BODY from the environment; {id} becomes a random number up to IDS, {n} a new one. With
-- FORWARDED every request comes from another address, as through a proxy.
local method, path, body = os.getenv("BENCH_METHOD"), os.getenv("BENCH_PATH"), os.getenv("BENCH_BODY")
local ids = tonumber(os.getenv("BENCH_IDS") or "1")
local counter = 0

function init()
  math.randomseed(os.time())
  wrk.headers["Content-Type"] = "application/json"
  if os.getenv("BENCH_KEY") then wrk.headers["apikey"] = os.getenv("BENCH_KEY") end
  if os.getenv("BENCH_AUTHORIZATION") then wrk.headers["Authorization"] = os.getenv("BENCH_AUTHORIZATION") end
  if os.getenv("BENCH_PREFER") then wrk.headers["Prefer"] = os.getenv("BENCH_PREFER") end
end

local function fill(text)
  if not text then return nil end
  return (text:gsub("{id}", function() return tostring(math.random(1, ids)) end):gsub("{n}", function()
    counter = counter + 1
    return tostring(counter)
  end))
end

function request()
  if os.getenv("BENCH_FORWARDED") then
    wrk.headers["X-Forwarded-For"] = string.format("10.%d.%d.%d", math.random(0, 255), math.random(0, 255), math.random(1, 254))
  end
  return wrk.format(method, fill(path), nil, fill(body))
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end

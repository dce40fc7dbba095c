-- For wrk: each connection makes one request and then says nothing.

local asked = 0
local connections = tonumber(os.getenv("CONNECTIONS"))

function delay()
  asked = asked + 1
  return asked <= connections and 0 or 3600 * 1000
end

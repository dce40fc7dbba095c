-- For sysbench: connections that have run one statement and then say nothing.

local ffi = require("ffi")
ffi.cdef("unsigned int sleep(unsigned int seconds);")

function thread_init()
  connection = sysbench.sql.driver():connect()
  connection:query("SELECT 1")
end

function event()
  ffi.C.sleep(1)
end

function thread_done()
  connection:disconnect()
end

// Runs the suite's own test server behind the gateway's prefix: what arrives as /api/test/… is /test/… to it.
import http from 'node:http'

const create = http.createServer
http.createServer = handler => create((request, response) => {
  request.url = request.url.replace(/^\/api(?=\/)/, '')
  handler(request, response)
})

await import(`${process.cwd()}/test-engine/server/server.mjs`)

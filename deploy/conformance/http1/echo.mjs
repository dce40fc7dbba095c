// Answers every request with its body: echo.mjs PORT. With its length, as the suite compares what is behind the head.
import http from 'node:http'

http.createServer(async (request, response) => {
  try {
    const pieces = []
    for await (const piece of request) pieces.push(piece)
    response.end(Buffer.concat(pieces))
  } catch {
    // The request has broken off.
    response.destroy()
  }
}).listen(Number(process.argv[2]), '127.0.0.1')

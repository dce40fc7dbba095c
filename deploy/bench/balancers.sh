# A web server, and what balances before it. All of one run on one core, the server and the clients on another, where the
# machine has two; so a balancer is the bottleneck, and none has more than the other. Each start_ puts the process in $pid.

require_tools() {
  require lb-service curl=curl wrk=wrk h2load=nghttp2-client openssl=openssl nginx=nginx-light haproxy=haproxy taskset=util-linux
}

balancer_core=0
other_core=$(($(nproc) > 1 ? 1 : 0))

# Client connections that a balancer allows: half of the files it may open, as HAProxy counts on a server's for each.
files=$(ulimit -Hn)
[ "$files" != unlimited ] && [ "$files" -lt 24100 ] || files=24100
client_limit=$(((files - 100) / 2))

on_balancer_core=(taskset -c "$balancer_core")
on_other_core=(taskset -c "$other_core")

# nginx, which answers at once; and with 1 MB for /large.
start_web_server() {
  free_port web_port
  free_port web_port_2
  head -c 1000000 /dev/zero | tr '\0' x >"$work/large"
  cat >"$work/nginx.conf" <<EOF
worker_processes 1;
daemon off;
pid $work/nginx.pid;
error_log $work/nginx.error.log;
events { worker_connections 4000; }
http {
  access_log off;
  sendfile on;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
  client_body_temp_path $work/nginx.body;
  server {
    listen 127.0.0.1:$web_port backlog=4096;
    listen 127.0.0.1:$web_port_2 backlog=4096;
    location / { default_type text/plain; return 200 "A hundred bytes or so, which is what a small answer of a programming interface may well have to say.\n"; }
    location = /large { root $work; }
  }
}
EOF
  # The worker is to read the file, whoever it runs as.
  chmod 755 "$work"
  background "$work/nginx.log" "${on_other_core[@]}" nginx -c "$work/nginx.conf"
  until_true 10 nginx "$work/nginx.log" curl -fs "http://127.0.0.1:$web_port/"
}

# A certificate with a P-256 key, as authorities issue them now.
make_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=www.foobar.com -days 30 \
    -addext subjectAltName=DNS:www.foobar.com,DNS:localhost,IP:127.0.0.1 -keyout "$work/key.pem" -out "$work/certificate.pem" \
    2>"$work/openssl.log" || { tail "$work/openssl.log" >&2; fail "openssl makes no certificate"; }
  cat "$work/certificate.pem" "$work/key.pem" >"$work/both.pem"
}

# HAProxy with the work that lb-service does by default: the fields that tell the server who asks, a request id, HSTS. Only a
# traceparent it makes none. Beside it, in the same process, HTTP with X-Forwarded-For and nothing else.
start_haproxy() {
  free_port haproxy_clear
  free_port haproxy_plain
  free_port haproxy_tls
  free_port haproxy_tcp
  cat >"$work/haproxy.cfg" <<EOF
global
  nbthread 1
  maxconn $client_limit
  ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
  mode http
  balance random
  http-reuse always
  timeout connect 5s
  timeout http-request 10s
  timeout http-keep-alive 1h
  timeout client 1h
  timeout server 1h
frontend all
  bind 127.0.0.1:$haproxy_clear backlog 4096
  bind 127.0.0.1:$haproxy_tls backlog 4096 ssl crt $work/both.pem alpn h2,http/1.1
  option forwardfor
  unique-id-format %{+X}o%ci%cp%fi%fp%Ts%rt%pid
  unique-id-header X-Request-Id
  http-request set-header X-Forwarded-Proto http unless { ssl_fc }
  http-request set-header X-Forwarded-Proto https if { ssl_fc }
  http-request set-header X-Forwarded-Host %[req.hdr(Host)]
  http-request set-header Forwarded "for=%[src];host=%[req.hdr(Host)];proto=http" unless { ssl_fc }
  http-request set-header Forwarded "for=%[src];host=%[req.hdr(Host)];proto=https" if { ssl_fc }
  http-response set-header X-Request-Id %[unique-id]
  http-response set-header Strict-Transport-Security "max-age=31536000" if { ssl_fc }
  default_backend web
frontend plain
  bind 127.0.0.1:$haproxy_plain backlog 4096
  option forwardfor
  default_backend web
backend web
  option httpchk GET /health/ready
  server web-1 127.0.0.1:$web_port check inter 2s
  server web-2 127.0.0.1:$web_port_2 check inter 2s
frontend tcp
  mode tcp
  bind 127.0.0.1:$haproxy_tcp backlog 4096
  default_backend web-tcp
backend web-tcp
  mode tcp
  server web-1 127.0.0.1:$web_port check inter 2s
  server web-2 127.0.0.1:$web_port_2 check inter 2s
EOF
  background "$work/haproxy.log" "${on_balancer_core[@]}" haproxy -db -f "$work/haproxy.cfg"
  until_true 10 HAProxy "$work/haproxy.log" curl -fs "http://127.0.0.1:$haproxy_clear/"
}

# JVM options as docs/performance.md recommends them for one core.
jvm_options=(-Xms256m -Xmx256m -XX:+UseSerialGC)

# start_lb_service [JAR] [NAME]: its ports go to lb_clear, lb_tls and lb_tcp.
start_lb_service() {
  local jar=${1:-$project/lb-service/target/lb-service.jar} name=${2:-lb-service}
  free_port lb_clear
  free_port lb_tls
  free_port lb_tcp
  free_port management_port
  cat >"$work/$name.yaml" <<EOF
instance: $name
frontends:
  - {name: clear, listen: '127.0.0.1:$lb_clear', backend: web}
  - {name: tls, listen: '127.0.0.1:$lb_tls', backend: web, tls: {certificate: $work/certificate.pem, key: $work/key.pem}}
  - {name: tcp, listen: '127.0.0.1:$lb_tcp', mode: tcp, backend: web}
backends:
  - name: web
    servers:
      - {name: web-1, address: '127.0.0.1:$web_port'}
      - {name: web-2, address: '127.0.0.1:$web_port_2'}
timeouts: {http-request: 10s, http-keep-alive: 1h, client: 1h, server: 1h, tunnel: 1h}
limits: {maxconn: $client_limit, requests-per-connection: 1000000000}
connections: {maxconn: 1000, idle: 1000, idle-timeout: ${idle_timeout:-30s}}
log: {access: false}
management: {listen: '127.0.0.1:$management_port'}
EOF
  background "$work/$name.log" "${on_balancer_core[@]}" "$java" "${jvm_options[@]}" -jar "$jar" --config "$work/$name.yaml"
  until_true 60 "$name" "$work/$name.log" curl -fs "http://127.0.0.1:$management_port/health/ready"
}

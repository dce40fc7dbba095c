# web-service and nginx with the same files and the same server behind them, each with one process on one core; what is behind
# them and the clients on another, where the machine has two. Each start_ puts the process in $pid.

require_tools() {
  require web-service curl=curl wrk=wrk nginx=nginx-light taskset=util-linux
}

server_core=0
other_core=$(($(nproc) > 1 ? 1 : 0))
on_server_core=(taskset -c "$server_core")
on_other_core=(taskset -c "$other_core")

# JVM options as docs/performance.md recommends them for one core.
jvm_options=(-Xms256m -Xmx256m -XX:+UseSerialGC)

# What no coding makes smaller, so that all send the same bytes.
make_files() {
  mkdir "$work/site"
  head -c 1024 /dev/urandom >"$work/site/1k.bin"
  head -c 102400 /dev/urandom >"$work/site/100k.bin"
  head -c 10485760 /dev/urandom >"$work/site/10m.bin"
  echo '<!doctype html><title>bench</title>' >"$work/site/index.html"
  # nginx is to read them, whoever it runs as.
  chmod -R a+rX "$work"
}

# nginx_conf NAME SERVERS: what both of nginx have in common. One process, so that its CPU time is all there is.
nginx_conf() {
  cat >"$work/$1.conf" <<EOF
worker_processes 1;
master_process off;
daemon off;
pid $work/$1.pid;
error_log $work/$1.error.log;
events { worker_connections 4000; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  open_file_cache max=1000 inactive=60s;
  open_file_cache_valid 1s;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
  client_body_temp_path $work/$1.body;
  proxy_temp_path $work/$1.proxy;
$2
}
EOF
}

# Answers at once, as an app server does not.
start_app_server() {
  free_port app_port
  nginx_conf app "server { listen 127.0.0.1:$app_port backlog=4096; location / { default_type application/json;
    return 200 '{\"article\":{\"slug\":\"a-hundred-bytes-or-so\",\"title\":\"What a small answer may say\",\"favoritesCount\":3}}'; } }"
  background "$work/app.log" "${on_other_core[@]}" nginx -c "$work/app.conf"
  until_true 10 "the server behind" "$work/app.log" curl -fs "http://127.0.0.1:$app_port/"
}

# nginx as a site has it that is made for speed: open files kept, connections to the server behind kept.
start_nginx() {
  free_port nginx_port
  nginx_conf nginx "
  upstream app { server 127.0.0.1:$app_port; keepalive 256; keepalive_requests 1000000000; keepalive_timeout 1h; }
  server {
    listen 127.0.0.1:$nginx_port backlog=4096;
    root $work/site;
    location /api/ {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Connection '';
      proxy_set_header Host \$http_host;
      proxy_set_header X-Request-Id \$request_id;
      proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto \$scheme;
    }
  }"
  background "$work/nginx.log" "${on_server_core[@]}" nginx -c "$work/nginx.conf"
  until_true 10 nginx "$work/nginx.log" curl -fs "http://127.0.0.1:$nginx_port/1k.bin"
}

start_web_service() {
  free_port web_port
  free_port management_port
  cat >"$work/web.yaml" <<EOF
listen: '127.0.0.1:$web_port'
management: {listen: '127.0.0.1:$management_port'}
content: {directory: $work/site}
gateway: {servers: [{name: app, address: '127.0.0.1:$app_port'}]}
timeouts: {idle: 1h}
log: {access: false}
EOF
  background "$work/web.log" "${on_server_core[@]}" "$java" "${jvm_options[@]}" -jar "$project/web-service/target/web-service.jar" \
    --config "$work/web.yaml"
  until_true 60 web-service "$work/web.log" curl -fs "http://127.0.0.1:$management_port/health/ready"
  until_true 30 "the way through web-service" "$work/web.log" curl -fs "http://127.0.0.1:$web_port/api/x"
}

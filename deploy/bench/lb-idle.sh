# deploy/bench/run lb-idle: what a client connection costs lb-service, and HAProxy, that has made one request and now says
# nothing. The heap is wholly resident from the start, so that resident memory grows by what is outside it alone; live
# objects are counted in the heap after a collection. With --tls the clients use TLS.

command -v "${java%java}jcmd" >/dev/null || fail "missing: jcmd, which counts live objects. Get it with: apt-get install openjdk-17-jdk-headless"
connections=${connections:-10000}
if [ "$connections" -gt $((client_limit - 100)) ]; then
  connections=$((client_limit - 100))
  say "$connections connections, as no process may open more than $(ulimit -Hn) files here"
fi
jvm_options=(-Xms512m -Xmx512m -XX:+UseSerialGC -XX:+AlwaysPreTouch)
idle_timeout=1s
start_web_server
make_certificate
start_haproxy
haproxy=$pid
start_lb_service
lb=$pid

resident() { awk '/^VmRSS/ { printf "%.0f", $2 * 1024 }' "/proc/$1/status"; }
live_heap() { [ "$1" != "$lb" ] || jcmd "$lb" GC.class_histogram | awk '$1 == "Total" { print $3 }'; }

# Connections of clients: those whose local port is the balancer's.
open_to() {
  local hex
  hex=$(printf ':%04X' "$1")
  awk -v port="$hex" '$2 ~ port "$" && $4 == "01"' /proc/net/tcp /proc/net/tcp6 | wc -l
}
all_open() { [ "$(open_to "$1")" -ge "$2" ]; }
none_open() { [ "$(open_to "$1")" = 0 ]; }

# open_idle URL PORT NUMBER: leaves the clients' process in $pid.
open_idle() {
  CONNECTIONS=$3 background "$work/idle.log" "${on_other_core[@]}" wrk -t1 -c"$3" -d600 --timeout 600 -s "$bench/idle-clients.lua" "$1"
  until_true 120 "the $3 idle connections" "$work/idle.log" all_open "$2" "$3"
  sleep 12 # until the last of them has been answered, and the connections to servers that were needed have been given up
}

# idle_bytes PID SCHEME PORT: sets heap_more and memory_more.
idle_bytes() {
  local heap memory
  # Once before, so that what grows with the first connections (code, classes, pools) is not counted.
  open_idle "$2://127.0.0.1:$3/" "$3" 1000
  kill "$pid"
  until_true 60 "the end of the first connections" "$work/idle.log" none_open "$3"
  heap=$(live_heap "$1") memory=$(resident "$1")
  open_idle "$2://127.0.0.1:$3/" "$3" "$connections"
  heap_more=$(($(live_heap "$1") - ${heap:-0})) memory_more=$(($(resident "$1") - memory))
  kill "$pid"
}

scheme=http haproxy_port=$haproxy_clear lb_port=$lb_clear
[ -z "$tls" ] || scheme=https haproxy_port=$haproxy_tls lb_port=$lb_tls
idle_bytes "$haproxy" "$scheme" "$haproxy_port"
haproxy_bytes=$memory_more
idle_bytes "$lb" "$scheme" "$lb_port"

awk -v count="$connections" -v heap="$heap_more" -v memory="$memory_more" -v haproxy="$haproxy_bytes" -v machine="$(machine)" \
  -v tls="${tls:+ by TLS}" 'BEGIN {
  printf "%d idle clients%s; %s\n\n", count, tls, machine
  print "| bytes per client | |"
  print "| --- | ---: |"
  printf "| lb-service, live objects in the heap | %d |\n", heap / count
  printf "| lb-service, resident memory outside it | %d |\n", memory / count
  printf "| lb-service, together (wanted: under 12,000) | %d |\n", (heap + memory) / count
  printf "| HAProxy, resident memory | %d |\n", haproxy / count
}' | tee "$output/lb-idle${tls:+-tls}.md"
say "written: $output/lb-idle${tls:+-tls}.md"

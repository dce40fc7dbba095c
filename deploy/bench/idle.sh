# deploy/bench/run idle: what a client connection costs db-router that has logged in, has run one statement and now says
# nothing. The heap is wholly resident from the start, so that resident memory grows by what is outside it alone; live
# objects are counted in the heap after a collection. With --tls the clients use TLS.

connections=${connections:-5000}
choose_database
start_primary
jvm_options=(-Xms512m -Xmx512m -XX:+UseSerialGC -XX:+AlwaysPreTouch)
command -v "${java%java}jcmd" >/dev/null || fail "missing: jcmd, which counts live objects. Get it with: apt-get install openjdk-17-jdk-headless"
ulimit -n $((2 * connections + 1000)) || fail "the limit of open files cannot be raised to $((2 * connections + 1000))"
clients_directory=$work/clients client_options=()
mkdir "$clients_directory"
if [ -n "$tls" ]; then
  command -v openssl >/dev/null || fail "missing: openssl. Get it with: apt-get install --no-install-recommends openssl"
  client_tls="{development-directory: '$work/tls'}"
fi
start_db_router db-router strict
router=$pid
if [ -n "$tls" ]; then
  # Names that are fixed in sysbench, in the directory where it runs. The router does not ask for the certificate.
  cp "$work/tls/ca.pem" "$clients_directory/cacert.pem"
  openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=bench -days 2 -keyout "$clients_directory/client-key.pem" \
    -out "$clients_directory/client-cert.pem" 2>"$work/openssl.log" || { tail "$work/openssl.log" >&2; fail "openssl makes no key"; }
  client_options=(--mysql-ssl=on)
fi

clients() { curl -fs "http://127.0.0.1:$management_port/metrics" | awk '$1 == "dbrouter_client_sessions" { printf "%.0f", $2 }'; }
all_idle() { [ "$(clients)" = "$1" ] && curl -fs "http://127.0.0.1:$management_port/pools" | grep -q '"inUse" : 0'; }
live_heap() { jcmd "$router" GC.class_histogram | awk '$1 == "Total" { print $3 }'; }
resident() { awk '/^VmRSS/ { printf "%.0f", $2 * 1024 }' "/proc/$router/status"; }

# clients_idle NUMBER SECONDS
clients_idle() {
  cd "$clients_directory"
  bench_with "$bench/idle.lua" "$port" "$1" --time="$2" "${client_options[@]}" run
}

# open_idle NUMBER SECONDS
open_idle() {
  background "$work/idle.log" clients_idle "$1" "$2"
  until_true 120 "the $1 idle connections" "$work/idle.log" all_idle "$1"
}

# Once before, so that what grows with the first connections (code, classes, the pool) is not counted.
open_idle 1000 10
wait "$pid"
until_true 60 "the end of the first connections" "$work/db-router.log" all_idle 0
heap=$(live_heap) memory=$(resident)
open_idle "$connections" 60
heap_more=$(($(live_heap) - heap)) memory_more=$(($(resident) - memory))

awk -v count="$connections" -v heap="$heap_more" -v memory="$memory_more" -v machine="$(machine)" -v tls="${tls:+ by TLS}" 'BEGIN {
  printf "%d idle clients of db-router%s; %s\n\n", count, tls, machine
  print "| bytes per client | |"
  print "| --- | ---: |"
  printf "| live objects in the heap | %d |\n", heap / count
  printf "| resident memory outside it | %d |\n", memory / count
  printf "| together (wanted: under 40,000) | %d |\n", (heap + memory) / count
}' | tee "$output/idle${tls:+-tls}.md"
say "written: $output/idle${tls:+-tls}.md"

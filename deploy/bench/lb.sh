# deploy/bench/run lb

start_web_server
make_certificate
start_haproxy
peers=("haproxy:$haproxy_clear/$haproxy_tls/$haproxy_tcp:$pid" "haproxy-plain:$haproxy_plain:$pid")
start_lb_service
peers+=("lb-service:$lb_clear/$lb_tls/$lb_tcp:$pid")

workloads=${workloads:-h1-32,h1-256,rate-32,full-32,https-32,handshakes,tcp-32,large-8,h2-32}
warm_all "$workloads" "${peers[@]}"
measure_rounds "$workloads" "${peers[@]}"

report "lb-service beside HAProxy." "HAProxy: $(haproxy -v | awk 'NR == 1 { print $3 }'), $(openssl version | cut -d' ' -f1,2)." lb-report.awk

# deploy/bench/run web

make_files
start_app_server
start_nginx
peers=("nginx:$nginx_port:$pid")
start_web_service
peers+=("web-service:$web_port:$pid")

workloads=${workloads:-1k-32,100k-32,10m-8,api-32}
warm_all "$workloads" "${peers[@]}"
measure_rounds "$workloads" "${peers[@]}"

report "web-service beside nginx." "nginx: $(nginx -v 2>&1 | cut -d/ -f2)." web-report.awk

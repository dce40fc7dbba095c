# raw.csv of web-service to Markdown: medians per workload and peer, and what web-service does in proportion to nginx.

BEGIN { FS = "," }

NR > 1 {
  if (!($2 in seen)) workloads[++workload_count] = $2
  if (!(($2, $3) in seen)) peers[$2] = peers[$2] " " $3
  seen[$2]; seen[$2, $3]
  if ($1 > rounds) rounds = $1
  value[$1, $2, $3, "rate"] = $6
  value[$1, $2, $3, "p99"] = $7
  value[$1, $2, $3, "cpu"] = $8
}

END {
  print "| workload | peer | requests/s | p99 ms | CPU µs per request |"
  print "| --- | --- | ---: | ---: | ---: |"
  for (w = 1; w <= workload_count; w++) {
    workload = workloads[w]
    count = split(peers[workload], names, " ")
    for (p = 1; p <= count; p++)
      printf "| %s | %s | %.0f | %.2f | %.1f |\n", workload, names[p], of(workload, names[p], "rate"), \
        of(workload, names[p], "p99"), of(workload, names[p], "cpu")
  }
  print ""
  print "| goal | wanted | measured | |"
  print "| --- | --- | --- | --- |"
  for (w = 1; w <= workload_count; w++) {
    workload = workloads[w]
    if (has(workload, "web-service") && has(workload, "nginx"))
      goal(workload ": CPU per request, of nginx's", ratio(workload, "web-service", "nginx", "cpu"), "<=", \
        workload ~ /^10m/ ? 1.1 : 1.2, "")
  }
}

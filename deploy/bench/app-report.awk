# raw.csv of `deploy/bench/run app` to Markdown: medians, and what app-service takes in proportion to the bare programs.

BEGIN { FS = "," }

NR > 1 {
  key = $2 "," $3
  if (!(key in seen)) order[++count] = key
  seen[key]
  if ($1 > rounds) rounds = $1
  value[$1, $2, $3, "rate"] = $4
  value[$1, $2, $3, "p99"] = $5
  value[$1, $2, $3, "cpu"] = $6
  value[$1, $2, $3, "jit"] = $7
}

END {
  print "| load | program | pages/s | p99 ms | CPU µs per page | and of the JIT compilers |"
  print "| --- | --- | ---: | ---: | ---: | ---: |"
  for (i = 1; i <= count; i++) {
    split(order[i], part, ",")
    p99 = of(part[1], part[2], "p99")
    printf "| %s | %s | %.0f | %s | %.0f | %.0f |\n", part[1], part[2], of(part[1], part[2], "rate"), \
      (p99 > 0 ? sprintf("%.1f", p99) : "-"), of(part[1], part[2], "cpu"), of(part[1], part[2], "jit")
  }
  print ""
  print "| goal | wanted | measured | |"
  print "| --- | --- | --- | --- |"
  goal("CPU per page, of the loop that only sends the statements", ratio("full", "app-service", "loop", "cpu"), "<=", 1.3, "")
  goal("CPU per page, of a bare HTTP server that sends them", ratio("full", "app-service", "bare-http", "cpu"), "<=", 1.3, "")
  goal("p99 at half of capacity", of("half", "app-service", "p99"), "<=", 25, " ms")
}

# raw.csv of `deploy/bench/run app` to Markdown: medians, and what app-service takes in proportion to the bare programs.

BEGIN {
  FS = ","
  load["same"] = "all ask for the same page"
  load["each"] = "each asks for another"
  load["half-same"] = "the same page, half as many"
  load["half-each"] = "each another page, half as many"
}

NR > 1 {
  key = $2 "," $3
  if (!(key in seen)) order[++count] = key
  seen[key]
  if ($1 > rounds) rounds = $1
  value[$1, $2, $3, "rate"] = $4
  value[$1, $2, $3, "p99"] = $5
  value[$1, $2, $3, "cpu"] = $6
  value[$1, $2, $3, "jit"] = $7
  value[$1, $2, $3, "pages"] = $8
}

END {
  print "| load | program | pages/s | pages per pair of statements | p99 ms | CPU µs per page | and of the JIT compilers |"
  print "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
  for (i = 1; i <= count; i++) {
    split(order[i], part, ",")
    p99 = of(part[1], part[2], "p99")
    printf "| %s | %s | %.0f | %.1f | %s | %.0f | %.0f |\n", load[part[1]], part[2], of(part[1], part[2], "rate"), \
      of(part[1], part[2], "pages"), (p99 > 0 ? sprintf("%.1f", p99) : "-"), of(part[1], part[2], "cpu"), of(part[1], part[2], "jit")
  }
  print ""
  print "| goal | wanted | measured | |"
  print "| --- | --- | --- | --- |"
  goal("CPU per page, of the loop that sends the statements for each", ratio("same", "app-service", "loop", "cpu"), "<=", 1.3, "")
  goal("the same where no read can be shared", ratio("each", "app-service", "loop", "cpu"), "<=", 1.3, "")
  goal("the same, of a bare HTTP server", ratio("each", "app-service", "bare-http", "cpu"), "<=", 1.3, "")
  goal("p99 at half of capacity", of("half-same", "app-service", "p99"), "<=", 25, " ms")
  goal("the same where no read can be shared", of("half-each", "app-service", "p99"), "<=", 25, " ms")
}

# What the reports have in common. value[round, workload, peer, what] is what was measured, rounds how many there were.

# The median of values[1..count], which is sorted on the way.
function median(values, count,   i, j, key) {
  for (i = 2; i <= count; i++) {
    key = values[i]
    for (j = i - 1; j >= 1 && values[j] > key; j--) values[j + 1] = values[j]
    values[j + 1] = key
  }
  return count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
}

function of(workload, peer, what,   round, values) {
  for (round = 1; round <= rounds; round++) values[round] = value[round, workload, peer, what]
  return median(values, rounds)
}

function ratio(workload, peer, other, what,   round, values) {
  for (round = 1; round <= rounds; round++)
    values[round] = value[round, workload, peer, what] / value[round, workload, other, what]
  return median(values, rounds)
}

function has(workload, peer) { return (workload, peer) in seen }

# goal WHAT, what was measured, "<=" or ">=", the limit.
function goal(what, measured, sign, limit, unit) {
  if (measured !~ /^[0-9]/) {
    print what ": nothing was measured" >"/dev/stderr"
    exit 1
  }
  printf "| %s | %s %s%s | %.2f%s | %s |\n", what, (sign == "<=" ? "at most" : "at least"), limit, unit, measured, unit, \
    (sign == "<=" ? measured <= limit : measured >= limit) ? "holds" : "**missed**"
}

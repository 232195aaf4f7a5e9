-- Where should a decision end: joules per good answer by tier, hubs included (needs recorded decisions)
SELECT policy, d.tier, sum(d.energy_j + hub_share_j) / sum(correct AND on_time) AS j_per_good_answer, count(*) AS n
FROM decision AS d JOIN run USING (run_id)
WHERE :run IS NULL OR run_id = :run
GROUP BY policy, d.tier
ORDER BY policy, d.tier;

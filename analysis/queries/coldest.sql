-- Which policy is the coldest: accuracy per watt per kelvin, beside what accuracy must not stand without
SELECT rank, run_id, policy, acc_per_w_per_k, decisions_per_wh, nats_per_j, rise_mean_k, accuracy, base_rate, missed
FROM v_coldest
WHERE :run IS NULL OR run_id = :run
ORDER BY scenario, rank, run_id;

-- What the surroundings take: entropy given to them, per decision, and per bit of belief over k ln 2
SELECT run_id, policy, entropy_j_per_k, 1000 * entropy_j_per_k / decisions AS mj_per_k_each,
       entropy_j_per_k / nats_gained / 1.380649e-23 AS k_ln2_per_bit, mean_air_degc
FROM run
WHERE entropy_j_per_k IS NOT NULL AND (:run IS NULL OR run_id = :run)
ORDER BY run_id;

-- Do the books close: income against stored, spilled, lost and used energy, per run and group
SELECT b.*, iif(b.tier = 'node', energy_residual, NULL) AS worst_node
FROM v_energy_balance AS b JOIN run USING (run_id)
WHERE :run IS NULL OR run_id = :run
ORDER BY run_id, tier DESC, grp;

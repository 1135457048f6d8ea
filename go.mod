module gonogo

go 1.25

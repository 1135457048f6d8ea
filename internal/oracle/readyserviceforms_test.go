package oracle

func serviceVariants() []variant { return nil }

func probeVariants() []variant { return nil }

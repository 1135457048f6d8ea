package oracle

func taskVariants() []variant { return nil }

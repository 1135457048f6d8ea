package library

import "gonogo/internal/python/eval"

// logLevels are the levels of the module logging with their numbers.
var logLevels = []struct {
	name   string
	number int64
}{{"CRITICAL", 50}, {"FATAL", 50}, {"ERROR", 40}, {"WARNING", 30}, {"WARN", 30}, {"INFO", 20}, {"DEBUG", 10}, {"NOTSET", 0}}

// loggingModel is the module logging; nothing is logged.
func loggingModel() eval.Model {
	names := map[string]eval.Value{}
	for _, l := range logLevels {
		names[l.name] = eval.MakeInt(l.number)
	}
	names["config"] = eval.NewModule("logging.config", loggingConfig())
	names["handlers"] = eval.NewModule("logging.handlers", loggingHandlers())
	logger := loggerClass("logging.Logger")
	names["Logger"] = logger
	names["LoggerAdapter"] = loggerClass("logging.LoggerAdapter")
	names["root"] = eval.NewObject(logger, nil)
	names["getLogger"] = eval.NewNative("logging.getLogger", func(*eval.Call) eval.Value { return eval.NewObject(logger, nil) })
	for _, f := range []string{"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "basicConfig", "disable",
		"captureWarnings", "addLevelName", "setLoggerClass", "shutdown", "setLogRecordFactory"} {
		names[f] = inert("logging." + f)
	}
	names["getLevelName"] = eval.NewPure("logging.getLevelName", func(c *eval.Call) eval.Value {
		for _, l := range logLevels {
			if n, ok := c.Arg(0, "level").AsInt(); ok && n == l.number && l.name != "FATAL" && l.name != "WARN" {
				return eval.MakeStr(l.name)
			}
			if s, ok := str(c.Arg(0, "level")); ok && s == l.name {
				return eval.MakeInt(l.number)
			}
		}
		return c.Unknown("a level of logging that is not modelled")
	})
	names["getLoggerClass"] = eval.NewNative("logging.getLoggerClass", func(*eval.Call) eval.Value { return logger })
	for _, class := range []string{"Formatter", "Filter", "Handler", "LogRecord", "StreamHandler", "FileHandler", "NullHandler"} {
		names[class] = eval.NewUnmodelledClass("logging." + class)
	}
	return eval.Model{Names: names, Open: true}
}

func loggerClass(dotted string) eval.Value {
	nothing := func(*eval.Call, eval.Value) eval.Value { return eval.MakeNone() }
	methods := map[string]method{}
	for _, m := range []string{"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log", "setLevel", "addHandler",
		"addFilter", "removeHandler", "bind", "msg"} {
		methods[m] = nothing
	}
	return eval.NewClass(eval.NativeClass{Name: dotted, Methods: methods, Open: true, Init: func(*eval.Call, eval.Value) {}})
}

// loggingConfig is logging.config: configuring takes effect in the process, not in the settings.
func loggingConfig() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"dictConfig": eval.NewNative("logging.config.dictConfig", func(c *eval.Call) eval.Value {
			c.Record("logging.config.dictConfig")
			return eval.MakeNone()
		}),
		"fileConfig": inert("logging.config.fileConfig"),
	}}
}

// loggingHandlers is logging.handlers.
func loggingHandlers() eval.Model {
	names := unmodelled("logging.handlers", "RotatingFileHandler", "TimedRotatingFileHandler", "SysLogHandler", "SMTPHandler", "HTTPHandler",
		"QueueHandler", "QueueListener", "WatchedFileHandler", "SocketHandler", "MemoryHandler", "DatagramHandler")
	names["SYSLOG_UDP_PORT"], names["SYSLOG_TCP_PORT"] = eval.MakeInt(514), eval.MakeInt(514)
	// The numbers of facilities are those of syslog.h.
	handler := names["SysLogHandler"]
	for i, n := range []string{"KERN", "USER", "MAIL", "DAEMON", "AUTH", "SYSLOG", "LPR", "NEWS", "UUCP", "CRON", "AUTHPRIV", "FTP"} {
		handler.SetField("LOG_"+n, eval.MakeInt(int64(i)))
	}
	for i := range 8 {
		handler.SetField("LOG_LOCAL"+itoa(i), eval.MakeInt(int64(16+i)))
	}
	return eval.Model{Names: names, Open: true}
}

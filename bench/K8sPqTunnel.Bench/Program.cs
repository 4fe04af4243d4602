using K8sPqTunnel.Bench.CommandLine;

return await BenchProgram.InvokeAsync(args);

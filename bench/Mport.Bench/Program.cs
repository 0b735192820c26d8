using System.Globalization;
using Mport.Bench;
using Mport.Bench.Scale;
using Mport.Bench.Soak;
using Mport.Bench.Users;

// The parts of the benchmark that bash cannot do precisely; ./bench/run is the only caller.
return args switch
{
    ["ports", var count, var first, var last] => FreePorts.Print(Number(count), Number(first), Number(last)),
    ["sink", var port] => await EchoSink.RunAsync(Number(port)),
    ["hold", var port, var count] => await HeldConnections.RunAsync(Number(port), Number(count)),
    ["first-byte", var port, "--", .. var command] => await FirstByte.RunAsync(Number(port), command),
    ["report", var file] => Report.Print(file),
    ["crowd", var edge, var clients, var target] => await Crowd.RunAsync(Number(edge), Number(clients), Number(target)),
    ["visitors"] => await IdleVisitors.RunAsync(),
    ["scale", .. var words] => await ScaleCommand.RunAsync(words),
    ["api", var folder, .. var words] => await new ApiRun(folder, words.Contains("quick")).RunAsync(),
    ["users", var folder, var count] => await new UsersRun(folder, Number(count)).RunAsync(),
    ["soak", var folder, var minutes] => await SoakCommand.RunAsync(folder, minutes),
    ["soak-target", var http, var tcp, var udp] => await SoakTarget.RunAsync(Number(http), Number(tcp), Number(udp)),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("use: mport-bench ports N FIRST LAST | sink PORT | hold PORT COUNT | first-byte PORT -- COMMAND… | report FILE | scale FOLDER [quick] [small] [-- EDGE OPTION…] | api FOLDER [quick] | users FOLDER COUNT | soak FOLDER MINUTES");
    return 2;
}

using System.Globalization;
using Mport.Bench;

// The parts of the benchmark that bash cannot do precisely; ./bench/run is the only caller.
return args switch
{
    ["ports", var count, var first, var last] => FreePorts.Print(Number(count), Number(first), Number(last)),
    ["sink", var port] => await EchoSink.RunAsync(Number(port)),
    ["hold", var port, var count] => await HeldConnections.RunAsync(Number(port), Number(count)),
    ["first-byte", var port, "--", .. var command] => await FirstByte.RunAsync(Number(port), command),
    ["report", var file] => Report.Print(file),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("use: mport-bench ports N FIRST LAST | sink PORT | hold PORT COUNT | first-byte PORT -- COMMAND… | report FILE");
    return 2;
}

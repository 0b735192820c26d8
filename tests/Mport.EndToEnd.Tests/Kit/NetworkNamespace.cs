using System.Globalization;

namespace Mport.EndToEnd.Tests.Kit;

/// <summary>
/// A machine of its own for a client: a network namespace, joined to this one by a pair of virtual network cards. What is sent to one port of this
/// side can be made to vanish, as it does on a path that is gone without anybody being told.
/// </summary>
internal sealed class NetworkNamespace : IAsyncDisposable
{
    private static int s_last;

    private readonly string _name;
    private readonly string _ip;
    private readonly string _iptables;
    private readonly string _later;
    private int? _dropped;

    private NetworkNamespace(string ip, string iptables)
    {
        (_ip, _iptables) = (ip, iptables);

        // One subnet of 10.98.0.0/16 for each namespace of this process, chosen by the process's id.
        var number = Interlocked.Increment(ref s_last);
        _name = $"mport{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-{number}";
        Card = $"mp{Environment.ProcessId % 100000}v{number}";
        var block = ((Environment.ProcessId * 16) + number) % (256 * 32);
        var net = $"10.98.{block / 32}.";
        Here = net + ((block % 32 * 8) + 1);
        There = net + ((block % 32 * 8) + 2);
        _later = net + ((block % 32 * 8) + 3);
    }

    /// <summary>This side's address: where the edge, the targets and the visitors are.</summary>
    public string Here { get; }

    /// <summary>The client's address.</summary>
    public string There { get; private set; }

    private string Card { get; }

    /// <summary>Makes one, or skips the test where that needs rights or programs that are not there.</summary>
    public static async Task<NetworkNamespace> CreateAsync()
    {
        var (ip, iptables) = (Programs.OnPath("ip"), Programs.OnPath("iptables"));
        Assert.SkipWhen(ip is null || iptables is null, "iproute2 or iptables is not installed");
        Assert.SkipUnless(Environment.UserName == "root", "network namespaces need root");
        var made = new NetworkNamespace(ip, iptables);
        try
        {
            await made.IpAsync("netns", "add", made._name);
            await made.IpAsync("link", "add", made.Card, "type", "veth", "peer", "name", "eth0", "netns", made._name);
            await made.IpAsync("addr", "add", $"{made.Here}/29", "dev", made.Card);
            await made.IpAsync("link", "set", made.Card, "up");
            await made.IpAsync("-n", made._name, "addr", "add", $"{made.There}/29", "dev", "eth0");
            await made.IpAsync("-n", made._name, "link", "set", "lo", "up");
            await made.IpAsync("-n", made._name, "link", "set", "eth0", "up");
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>The command that runs a program inside.</summary>
    public (string File, IReadOnlyList<string> Arguments) Inside(string program, IEnumerable<string> arguments) =>
        (_ip, ["netns", "exec", _name, program, .. arguments]);

    /// <summary>From now on, all that goes to and comes from this port of <see cref="Here"/> vanishes.</summary>
    public async Task DropAsync(int port)
    {
        await FilterAsync("-A", port);
        _dropped = port;
    }

    /// <summary>The path is whole again.</summary>
    public async Task RestoreAsync()
    {
        if (_dropped is { } port)
        {
            await FilterAsync("-D", port);
            _dropped = null;
        }
    }

    /// <summary>The client's machine gets another address, as on its way from Wi-Fi to a phone; connections of the old one are never heard of again.</summary>
    public async Task MoveAsync()
    {
        await IpAsync("-n", _name, "addr", "del", $"{There}/29", "dev", "eth0");
        There = _later;
        await IpAsync("-n", _name, "addr", "add", $"{There}/29", "dev", "eth0");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await Ran.ToEndAsync(_ip, ["netns", "del", _name]);

    private async Task FilterAsync(string deed, int port)
    {
        await InsideAsync(_iptables, deed, "INPUT", "-p", "tcp", "--sport", $"{port}", "-j", "DROP");
        await InsideAsync(_iptables, deed, "OUTPUT", "-p", "tcp", "--dport", $"{port}", "-j", "DROP");
    }

    private async Task IpAsync(params string[] arguments) => (await Ran.ToEndAsync(_ip, arguments)).Succeeded();

    private async Task InsideAsync(string program, params string[] arguments)
    {
        var (file, all) = Inside(program, arguments);
        (await Ran.ToEndAsync(file, all)).Succeeded();
    }
}

using System.Net;
using System.Threading.Channels;
using Mport.Protocol.Carriers;
using Mport.Protocol.Datagrams;
using Mport.Testing;

namespace Mport.Protocol.Tests.Datagrams;

/// <summary>Writes down what it is given.</summary>
internal sealed class RecordingReceiver : IDatagramReceiver
{
    private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();

    public List<string> All { get; } = [];

    public HashSet<uint> Unknown { get; } = [];

    public bool OnDatagram(uint visitor, ReadOnlySpan<byte> payload)
    {
        Hear($"datagram {visitor} {Convert.ToHexString(payload)}");
        return !Unknown.Contains(visitor);
    }

    public void OnVisitor(uint visitor, IPEndPoint address) => Hear($"visitor {visitor} {address}");

    public void OnForget(uint visitor) => Hear($"forget {visitor}");

    public void Flush()
    {
    }

    /// <summary>The next of what it was given.</summary>
    public Task<string> NextAsync() => _heard.Reader.ReadAsync().Limited("the next record");

    private void Hear(string what)
    {
        All.Add(what);
        _heard.Writer.TryWrite(what);
    }
}

/// <summary>Datagram streams with the limits of a test.</summary>
internal static class TestStreams
{
    public static DatagramStream Make(DatagramStreamSide side, IDatagramReceiver receiver, DatagramLimits? limits = null, DatagramCount? count = null) =>
        new(side, receiver, limits ?? new DatagramLimits(), new MemoryBudget(64 * 1024 * 1024), count ?? new DatagramCount());
}

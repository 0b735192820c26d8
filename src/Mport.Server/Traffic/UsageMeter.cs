using Mport.Protocol.Datagrams;
using Mport.Protocol.Relay;

namespace Mport.Server.Traffic;

/// <summary>
/// Counts the traffic of one tunnel through one token's clients, as it flows and since the edge started. It is added to without a lock; reading it
/// disturbs nobody. Thread-safe.
/// </summary>
/// <param name="total">The bytes of all tunnels.</param>
internal sealed class UsageMeter(ByteCount? total = null)
{
    private long _connections;
    private long _requests;

    /// <summary>Bytes of visitors.</summary>
    public ByteCount Bytes { get; } = new(total);

    /// <summary>Datagrams of visitors.</summary>
    public DatagramCount Datagrams { get; } = new();

    /// <summary>A visitor's TCP connection began.</summary>
    public void CountConnection() => Interlocked.Increment(ref _connections);

    /// <summary>An HTTP request began.</summary>
    public void CountRequest() => Interlocked.Increment(ref _requests);

    /// <summary>All so far.</summary>
    public UsageCount Read() => new(
        Bytes.FromSocket, Bytes.ToSocket, Interlocked.Read(ref _connections), Interlocked.Read(ref _requests), Datagrams.FromSocket, Datagrams.ToSocket);
}

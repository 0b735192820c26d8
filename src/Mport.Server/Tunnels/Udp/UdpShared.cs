using Mport.Protocol.Carriers;
using Mport.Protocol.Datagrams;

namespace Mport.Server.Tunnels.Udp;

/// <summary>What all UDP ports of the edge share.</summary>
/// <param name="Options">The limits.</param>
/// <param name="Proven">Whose address is not forged.</param>
/// <param name="Memory">Bounds the buffers of the whole process.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">The log.</param>
internal sealed record UdpShared(UdpOptions Options, ProvenAddresses Proven, MemoryBudget Memory, TimeProvider Time, ILogger Logger)
{
    // Sixty-four full queues: what a server of 1 GB has to spare for datagrams that wait, however many tunnels there are.
    private const long QueueBudgetBytes = 64 * 1024 * 1024;

    /// <summary>The datagrams of all tunnels.</summary>
    public DatagramCount Count { get; } = new();

    /// <summary>Bounds the queues of all tunnels together.</summary>
    public MemoryBudget Queues { get; } = new(QueueBudgetBytes, Memory);

    /// <summary>Batches to receive into.</summary>
    public BatchPool<UdpReceiveBatch> ReceiveBatches { get; } = new(() => new UdpReceiveBatch());

    /// <summary>Batches to send from.</summary>
    public BatchPool<UdpSendBatch> SendBatches { get; } = new(() => new UdpSendBatch());
}

namespace Mport.Server.Traffic;

/// <summary>How much traffic there was.</summary>
/// <param name="BytesIn">Bytes from visitors.</param>
/// <param name="BytesOut">Bytes to visitors.</param>
/// <param name="Connections">Visitors' TCP connections.</param>
/// <param name="Requests">HTTP requests.</param>
/// <param name="DatagramsIn">Datagrams from visitors.</param>
/// <param name="DatagramsOut">Datagrams to visitors.</param>
internal readonly record struct UsageCount(long BytesIn, long BytesOut, long Connections, long Requests, long DatagramsIn, long DatagramsOut)
{
    /// <summary>Bytes both ways.</summary>
    public long Bytes => BytesIn + BytesOut;

    /// <summary>What two counts come to.</summary>
    public static UsageCount operator +(UsageCount a, UsageCount b) => new(
        a.BytesIn + b.BytesIn,
        a.BytesOut + b.BytesOut,
        a.Connections + b.Connections,
        a.Requests + b.Requests,
        a.DatagramsIn + b.DatagramsIn,
        a.DatagramsOut + b.DatagramsOut);

    /// <summary>What has come since.</summary>
    public static UsageCount operator -(UsageCount a, UsageCount b) => new(
        a.BytesIn - b.BytesIn,
        a.BytesOut - b.BytesOut,
        a.Connections - b.Connections,
        a.Requests - b.Requests,
        a.DatagramsIn - b.DatagramsIn,
        a.DatagramsOut - b.DatagramsOut);
}

using System.Net;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Transport;

namespace Mport.Client.Dialing;

/// <summary>How an attempt to reach the edge ended: exactly one of the two is present.</summary>
/// <param name="Greeted">The carrier, past Welcome; the receiver owns its transport.</param>
/// <param name="Failure">Why there is none, and whether trying again can help.</param>
internal sealed record DialResult(GreetedCarrier? Greeted, Failure? Failure)
{
    /// <summary>The edge welcomed the client.</summary>
    public static DialResult Of(GreetedCarrier greeted) => new(greeted, null);

    /// <summary>It did not, or was not reached.</summary>
    public static DialResult Of(Failure failure) => new(null, failure);
}

/// <summary>A connection to the edge on which frames can begin.</summary>
internal sealed record GreetedCarrier(ICarrierTransport Transport, Welcome Welcome, IPEndPoint Address)
{
    /// <summary>The machine's own address of the connection: when it goes, so does the connection.</summary>
    public IPAddress? Local { get; init; }
}

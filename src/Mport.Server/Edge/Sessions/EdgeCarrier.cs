using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;

namespace Mport.Server.Edge.Sessions;

/// <summary>One carrier of a session, from its Welcome to its end.</summary>
/// <param name="index">Its place in the session: 0 has the control stream.</param>
/// <param name="carrier">The carrier.</param>
internal sealed class EdgeCarrier(int index, Carrier carrier)
{
    /// <summary>Its place in the session: 0 has the control stream.</summary>
    public int Index => index;

    /// <summary>The carrier.</summary>
    public Carrier Carrier => carrier;

    /// <summary>Runs until it is lost for good, and gives the reason.</summary>
    public Task<Failure> RunAsync(CancellationToken closing) => carrier.RunAsync(closing);
}

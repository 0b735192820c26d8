using Mport.Protocol.Handshake;

namespace Mport.Client.Dialing;

/// <summary>Dials the edge for whatever needs a carrier: a new session, a further carrier of one, or one whose connection broke. Says who the client is.</summary>
/// <param name="context">What all parts of the engine share.</param>
internal sealed class CarrierDialer(EngineContext context)
{
    private readonly EdgeDialer _dialer = new(context.Options, context.Surroundings, context.Time);
    private readonly string _instance = ClientIdFile.RandomId();

    /// <summary>Asks for a new session; its first carrier.</summary>
    public Task<DialResult> OpenAsync(CancellationToken cancellationToken) => _dialer.DialAsync(() => Hello(null, 0), cancellationToken);

    /// <summary>Asks for a carrier of a session, a new one or one in the place of one that is lost.</summary>
    public Task<DialResult> JoinAsync(string session, int carrier, CancellationToken cancellationToken) =>
        _dialer.DialAsync(() => Hello(session, carrier), cancellationToken);

    private Hello Hello(string? session, int carrier) => new()
    {
        Protocol = ProtocolVersion.Current,
        ClientVersion = ProtocolVersion.Program,
        ClientId = context.Options.ClientId,
        Instance = _instance,
        Host = Environment.MachineName is { Length: <= 64 } name ? name : Environment.MachineName[..64],
        Token = context.Options.Token,
        Session = session,
        Carrier = carrier,
        Carriers = context.Options.Carriers,
    };
}

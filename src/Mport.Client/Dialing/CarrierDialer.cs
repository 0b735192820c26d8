using Mport.Protocol.Handshake;

namespace Mport.Client.Dialing;

/// <summary>Dials the edge for whatever needs a carrier: a new session, a further carrier of one, or one whose connection broke. Says who the client is.</summary>
/// <param name="context">What all parts of the engine share.</param>
internal sealed class CarrierDialer(EngineContext context)
{
    // Asked for where the client would take a broken connection up again; what an edge answers decides.
    private readonly ResumeOffer? _offer = context.Resumes ? new ResumeOffer { Window = context.ResumeWindow } : null;
    private readonly EdgeDialer _dialer = new(context.Options, context.Surroundings, context.Time);
    private readonly string _instance = ClientIdFile.RandomId();

    /// <summary>Asks for a new session; its first carrier.</summary>
    public Task<DialResult> OpenAsync(CancellationToken cancellationToken) => _dialer.DialAsync(() => Hello(null, 0, _offer), cancellationToken);

    /// <summary>Asks for a carrier of a session, a new one or one in the place of one that is lost.</summary>
    public Task<DialResult> JoinAsync(string session, int carrier, CancellationToken cancellationToken) =>
        _dialer.DialAsync(() => Hello(session, carrier, _offer), cancellationToken);

    /// <summary>Asks to go on with a carrier whose connection broke.</summary>
    /// <param name="session">The session's id.</param>
    /// <param name="carrier">The carrier's place in it.</param>
    /// <param name="offer">Makes the offer at the moment when it can be sent.</param>
    /// <param name="limit">How long each step may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<DialResult> TakeUpAsync(string session, int carrier, Func<ResumeOffer> offer, TimeSpan limit, CancellationToken cancellationToken) =>
        _dialer.InHaste(limit < context.Options.ConnectTimeout ? limit : context.Options.ConnectTimeout)
            .DialAsync(() => Hello(session, carrier, offer()), cancellationToken);

    private Hello Hello(string? session, int carrier, ResumeOffer? resume) => new()
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
        Resume = resume,
    };
}

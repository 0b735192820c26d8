using Mport.Protocol.Errors;
using Mport.Protocol.Transport;

namespace Mport.Protocol.Handshake;

/// <summary>The edge's side of the greeting; <see cref="ClientHandshake"/> is the other.</summary>
public static class EdgeHandshake
{
    private const int MaxIdLength = 64;

    /// <summary>Reads the Hello and checks its form. Whether the token is right is the caller's matter.</summary>
    /// <exception cref="ProtocolException">It is not a Hello, or its version does not fit; the caller sends the failure with <see cref="RefuseAsync"/>.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async ValueTask<Hello> ReadAsync(ICarrierTransport transport, CancellationToken cancellationToken)
    {
        var hello = await HandshakeFraming.ReadAsync(transport, ProtocolJson.Default.Hello, cancellationToken);
        if (hello.Protocol is < ProtocolVersion.Oldest or > ProtocolVersion.Current)
        {
            var older = hello.Protocol < ProtocolVersion.Oldest ? "client" : "edge";
            throw new ProtocolException(
                ProtocolErrors.VersionUnsupported,
                $"The client speaks protocol {hello.Protocol}, this edge {ProtocolVersion.Oldest} to {ProtocolVersion.Current}: update the {older}.");
        }

        if (!IsId(hello.ClientId) || !IsId(hello.Instance) || hello.Carriers is < 1 or > 8 || hello.Carrier is < 0 or > 7
            || hello.ClientVersion.Length > MaxIdLength || hello.Host?.Length > MaxIdLength || hello.Session?.Length > MaxIdLength
            || (hello.Carrier != 0 && hello.Session is null) || (hello.Resume is { } resume && !IsOffer(resume, hello.Session)))
        {
            throw new ProtocolException(ProtocolErrors.MalformedHello, "A field of the greeting is outside its range.");
        }

        return hello;
    }

    /// <summary>Accepts: frames follow.</summary>
    public static ValueTask WelcomeAsync(ICarrierTransport transport, Welcome welcome, CancellationToken cancellationToken) =>
        HandshakeFraming.WriteAsync(transport, new HandshakeAnswer { Welcome = welcome }, ProtocolJson.Default.HandshakeAnswer, cancellationToken);

    /// <summary>Refuses: the caller closes the transport afterwards.</summary>
    public static ValueTask RefuseAsync(ICarrierTransport transport, Failure failure, CancellationToken cancellationToken) =>
        HandshakeFraming.WriteAsync(transport, new HandshakeAnswer { Refused = Refused.From(failure) }, ProtocolJson.Default.HandshakeAnswer, cancellationToken);

    // A ticket and the bytes that have come belong together, and to a session.
    private static bool IsOffer(ResumeOffer offer, string? session) =>
        offer.Window >= 0 && (offer.Ticket is null) == (offer.Received is null) && offer.Received is null or >= 0
        && (offer.Ticket is null || (session is not null && offer.Ticket.Reveal().Length <= ResumeTicket.MaxLength));

    private static bool IsId(string text) =>
        text.Length is >= 1 and <= MaxIdLength && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}

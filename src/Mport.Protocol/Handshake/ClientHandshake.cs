using Mport.Protocol.Errors;
using Mport.Protocol.Transport;

namespace Mport.Protocol.Handshake;

/// <summary>The client's side of the greeting; <see cref="EdgeHandshake"/> is the other.</summary>
public static class ClientHandshake
{
    /// <summary>Says Hello and reads the answer. On Welcome the transport carries frames from here on.</summary>
    /// <exception cref="ProtocolException">What came is not an answer.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async ValueTask<HandshakeAnswer> RunAsync(ICarrierTransport transport, Hello hello, CancellationToken cancellationToken)
    {
        await HandshakeFraming.WriteAsync(transport, hello, ProtocolJson.Default.Hello, cancellationToken);
        var answer = await HandshakeFraming.ReadAsync(transport, ProtocolJson.Default.HandshakeAnswer, cancellationToken);
        return (answer.Welcome is null) == (answer.Refused is null)
            ? throw new ProtocolException(ConnectionErrors.NotAnEdge, "The answer to the greeting is neither Welcome nor Refused.")
            : answer;
    }
}

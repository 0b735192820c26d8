using System.Net.Sockets;
using Mport.Protocol.Carriers;

namespace Mport.Protocol.Relay;

/// <summary>
/// Joins a connected socket and a stream: bytes, half-close and reset pass both ways. Used with the visitor's socket at the edge and with the
/// target's socket at the client.
/// </summary>
public static class SocketRelay
{
    /// <summary>Runs until both directions have ended or one side broke; closes the socket and the stream. Never throws for what a peer does.</summary>
    /// <param name="socket">Connected, tuned; owned from here on.</param>
    /// <param name="stream">Past its prelude and answer; owned from here on.</param>
    /// <param name="options">Timers, and where bytes are counted as they flow.</param>
    /// <param name="time">The clock for the half-closed timer.</param>
    public static Task<RelayResult> RunAsync(Socket socket, CarrierStream stream, RelayOptions options, TimeProvider time) =>
        throw new NotSupportedException();
}

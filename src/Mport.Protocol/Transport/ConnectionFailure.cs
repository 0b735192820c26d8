using Mport.Protocol.Errors;

namespace Mport.Protocol.Transport;

/// <summary>What a broken connection is called.</summary>
internal static class ConnectionFailure
{
    /// <summary>The failure behind an exception of a transport.</summary>
    public static Failure Of(Exception error) =>
        Failure.Of(ConnectionErrors.ConnectionLost, $"The connection broke: {error.InnerException?.Message ?? error.Message}.", retry: true);
}

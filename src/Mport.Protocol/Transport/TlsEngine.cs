using Mport.Protocol.Transport.OpenSsl;

namespace Mport.Protocol.Transport;

/// <summary>Whose TLS a carrier uses.</summary>
internal enum TlsEngineKind
{
    /// <summary>.NET's SslStream, which is there on every system.</summary>
    SslStream,

    /// <summary>The system's OpenSSL 3, called directly.</summary>
    OpenSsl,
}

/// <summary>The one place that chooses.</summary>
internal static class TlsEngine
{
    /// <summary>Set to <c>dotnet</c>, this environment variable makes carriers use SslStream also where OpenSSL could be called.</summary>
    public const string Variable = "MPORT_TLS";

    /// <summary>What this process uses.</summary>
    public static TlsEngineKind Chosen { get; } = Choose(Environment.GetEnvironmentVariable(Variable), OpenSslLibrary.IsPresent);

    /// <summary>OpenSSL wherever it is, unless the variable says otherwise.</summary>
    public static TlsEngineKind Choose(string? variable, bool openSslIsPresent) =>
        openSslIsPresent && variable != "dotnet" ? TlsEngineKind.OpenSsl : TlsEngineKind.SslStream;
}

namespace Mport.Protocol.Handshake;

/// <summary>The wire's version and names.</summary>
public static class ProtocolVersion
{
    /// <summary>The version that this program speaks.</summary>
    public const int Current = 1;

    /// <summary>The oldest version that this program still speaks.</summary>
    public const int Oldest = 1;

    /// <summary>The ALPN protocol id of a carrier (RFC 7301).</summary>
    public const string Alpn = "mport/1";

    /// <summary>The program's own version, as in <c>mport version</c>.</summary>
    public static string Program { get; } = typeof(ProtocolVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}

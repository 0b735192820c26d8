using Mport.Client;
using Mport.Protocol.Identity;

namespace Mport.Cli.Configuration;

/// <summary>What a configuration file says. Everything in it may be absent.</summary>
internal sealed record ConfigFile
{
    /// <summary>The file's full path.</summary>
    public required string Path { get; init; }

    /// <summary>Whether the file exists.</summary>
    public bool Exists { get; init; }

    /// <summary>The edge.</summary>
    public EdgeAddress? Server { get; init; }

    /// <summary>The access token.</summary>
    public Secret? Token { get; init; }

    /// <summary>The one certificate to trust.</summary>
    public CertificatePin? Pin { get; init; }

    /// <summary>How many connections to the edge, or null where the file does not say.</summary>
    public int? Carriers { get; init; }

    /// <summary>Take broken connections up again.</summary>
    public bool Resume { get; init; } = true;

    /// <summary>Trust any certificate.</summary>
    public bool Insecure { get; init; }

    /// <summary>The sections of tunnels in the order of the file.</summary>
    public IReadOnlyList<TunnelSection> Sections { get; init; } = [];

    /// <summary>The tunnels of all sections.</summary>
    public IEnumerable<TunnelSpec> Tunnels => Sections.SelectMany(section => section.Tunnels);

    /// <summary>Whether others than the owner may read the file although it holds a token.</summary>
    public bool TokenExposed { get; init; }
}

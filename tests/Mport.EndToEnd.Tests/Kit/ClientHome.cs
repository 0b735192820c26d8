namespace Mport.EndToEnd.Tests.Kit;

/// <summary>The folders of one user on one machine: two homes are two machines to the edge, since each has a client id of its own.</summary>
internal sealed class ClientHome : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    /// <summary>Where it lies.</summary>
    public string Path => _scratch.Path;

    /// <summary>The configuration file that the client reads.</summary>
    public string ConfigFile => _scratch.File("config/mport/mport.yml");

    /// <summary>The variables that place the client here; with the login to an edge, if one is given.</summary>
    /// <param name="edge">The edge to log in at.</param>
    /// <param name="port">Where to reach it, if not at its own TLS port.</param>
    /// <param name="token">The token, if not the owner's.</param>
    /// <param name="host">The edge's address, if not loopback.</param>
    public Dictionary<string, string> Environment(EdgeProcess? edge = null, int? port = null, string? token = null, string host = "127.0.0.1")
    {
        var variables = new Dictionary<string, string>
        {
            ["HOME"] = Path,
            ["XDG_CONFIG_HOME"] = _scratch.File("config"),
            ["XDG_STATE_HOME"] = _scratch.File("state"),
        };
        if (edge is not null)
        {
            variables["MPORT_SERVER"] = $"{host}:{port ?? edge.TlsPort}";
            variables["MPORT_PIN"] = edge.Pin;
            variables["MPORT_TOKEN"] = token ?? edge.Token;
        }

        return variables;
    }

    /// <inheritdoc />
    public void Dispose() => _scratch.Dispose();
}

using Mport.Server.Accounts;

namespace Mport.Server.Tunnels;

/// <summary>The parts of one host, the longest path first. Immutable.</summary>
internal sealed class HostPaths
{
    private readonly HostPath[] _parts;

    private HostPaths(HostPath[] parts) => _parts = parts;

    /// <summary>No part.</summary>
    public static HostPaths None { get; } = new([]);

    /// <summary>The parts.</summary>
    public IReadOnlyList<HostPath> Parts => _parts;

    /// <summary>Whether one tunnel has all of the host, so that nobody needs to look at the path.</summary>
    public bool IsWhole => _parts is [{ Path.Length: 0 }];

    /// <summary>The part that a request's path is in: of several the one with the longest path. Null when it is in none.</summary>
    /// <param name="path">The path in its one form.</param>
    public HostPath? Find(string path)
    {
        foreach (var part in _parts)
        {
            if (part.Covers(path))
            {
                return part;
            }
        }

        return null;
    }

    /// <summary>The part of exactly this path; null when there is none.</summary>
    public HostPath? Get(string path) => Array.Find(_parts, part => part.Path == path);

    /// <summary>With this part in the place of any other of its path.</summary>
    public HostPaths With(HostPath part) => new([.. _parts.Where(other => other.Path != part.Path).Append(part).OrderByDescending(one => one.Path.Length)]);

    /// <summary>Without the part of this path, if it is the tunnel's.</summary>
    public HostPaths Without(string path, TunnelId tunnel) => new([.. _parts.Where(part => part.Path != path || part.Tunnel != tunnel)]);
}

using Mport.Server.Events;

namespace Mport.Server.Domains;

/// <summary>The parts of a running edge that are about custom domains, put together.</summary>
internal sealed class DomainParts
{
    /// <summary>Puts them together.</summary>
    /// <param name="edge">The edge's own domain.</param>
    /// <param name="store">The queries.</param>
    /// <param name="resolver">Asks the DNS.</param>
    /// <param name="events">Takes events.</param>
    /// <param name="time">The clock.</param>
    public DomainParts(string edge, DomainStore store, IDomainResolver resolver, IEventLog events, TimeProvider time)
    {
        Store = store;
        Look = new DomainLook(edge, resolver);
        Awaited = new AwaitedDomains(time);
        Desk = new DomainDesk(edge, store, Look, Awaited, Proven, events);
    }

    /// <summary>The queries.</summary>
    public DomainStore Store { get; }

    /// <summary>Looks at the DNS.</summary>
    public DomainLook Look { get; }

    /// <summary>The domains whose proof is just being set.</summary>
    public AwaitedDomains Awaited { get; }

    /// <summary>The domains that are proven.</summary>
    public ProvenHosts Proven { get; } = new();

    /// <summary>Adds domains.</summary>
    public DomainDesk Desk { get; }
}

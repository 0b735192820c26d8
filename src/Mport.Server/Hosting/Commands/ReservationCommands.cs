using System.CommandLine;
using System.Globalization;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Reservations;
using Mport.Server.Quotas;

namespace Mport.Server.Hosting.Commands;

/// <summary><c>mportd reservation add | list | remove</c>.</summary>
internal static class ReservationCommands
{
    /// <summary>The commands.</summary>
    public static Command Build(CommandFrame frame) => new("reservation", "Manage the names and ports that accounts keep.")
    {
        BuildAdd(frame),
        BuildList(frame),
        BuildRemove(frame),
    };

    private static Command BuildAdd(CommandFrame frame)
    {
        var user = new Option<string>("--user") { Description = "The account's e-mail address.", HelpName = "EMAIL", Required = true };
        var subdomain = new Option<string>("--subdomain") { Description = "The subdomain to reserve.", HelpName = "N" };
        var port = new Option<string>("--port") { Description = "The public port to reserve, in the edge's range (tcp_ports, udp_ports of mportd.yml).", HelpName = "N" };
        var proto = new Option<string>("--proto") { Description = "With --port: tcp, udp or tcp+udp. [default: tcp]", HelpName = "P" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var add = new Command("add", "Reserve a subdomain or a port: only tunnels of the account get it.") { user, subdomain, port, proto, json };
        frame.Handle(add, async (call, cancellationToken) =>
        {
            if (!EmailAddress.TryParse(call.Typed.GetRequiredValue(user), out var email))
            {
                return call.Fail(UserCommands.InvalidEmail(call.Typed.GetRequiredValue(user)));
            }

            var (address, wrong) = Read(call.Typed.GetValue(subdomain), call.Typed.GetValue(port), call.Typed.GetValue(proto));
            return address is null
                ? call.Fail(Failure.Of(UsageErrors.InvalidArgument, wrong))
                : await AddAsync(call, email, address, call.Typed.GetValue(json), cancellationToken);
        });
        return add;
    }

    private static async Task<int> AddAsync(CommandCall call, EmailAddress email, ReservedAddress address, bool json, CancellationToken cancellationToken)
    {
        using var data = await CommandData.OpenAsync(call, cancellationToken);
        if (await data.Users.FindAsync(email, cancellationToken) is not { } user)
        {
            return call.Fail(Failure.Of(AccountErrors.AccountUnknown, $"No account has the address {email}."));
        }

        var subject = QuotaSubject.Of(user.Id);
        var limits = ((await data.Quotas.FindAsync(subject, cancellationToken))?.Limits ?? QuotaLimits.None).Over(call.Settings.Quotas.ToLimits());
        var result = await data.Reservations.ReserveAsync(
            new ReservationWish
            {
                UserId = user.Id,
                Address = address,
                TcpPorts = call.Settings.TcpPorts,
                UdpPorts = call.Settings.UdpPorts,
                Forbidden = call.Settings.ForbiddenNames,
                Allowance = new TunnelAllowance(limits.Tunnels, limits.Names, limits.Ports),
            },
            cancellationToken);
        if (result.Made is not { } made)
        {
            return call.Fail(result.Failure ?? Failure.Of(TunnelErrors.NameInvalid));
        }

        await data.RecordAsync(ReservationEvents.Created(CommandData.Actor, made), cancellationToken);
        if (json)
        {
            call.PrintJson(ReservationLine.Of(made, user.Email), CommandJson.Default.ReservationLine);
        }
        else
        {
            call.Print($"{made.Id}  {made.Address}");
        }

        return ExitCode.Ok;
    }

    private static (ReservedAddress? Address, string Wrong) Read(string? subdomain, string? port, string? proto)
    {
        if (subdomain is not null)
        {
            return port is null && proto is null ? (ReservedAddress.Name(subdomain), "") : (null, "--subdomain goes with neither --port nor --proto.");
        }

        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return (null, port is null ? "Give --subdomain or --port." : $"--port must be a whole number, not \"{port}\".");
        }

        return TunnelProtoText.Parse(proto ?? "tcp") is { } kind && kind.UsesPort()
            ? (new ReservedAddress(kind, Subdomain: null, number), "")
            : (null, $"--proto must be tcp, udp or tcp+udp, not \"{proto}\".");
    }

    private static Command BuildList(CommandFrame frame)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        var list = new Command("list", "List the reservations of all accounts.") { json };
        frame.Handle(list, async (call, cancellationToken) =>
        {
            using var data = await CommandData.OpenAsync(call, cancellationToken);
            var emails = (await data.Users.ListAsync(cancellationToken)).ToDictionary(user => user.Id, user => user.Email);
            var lines = (await data.Reservations.ListAsync(cancellationToken)).Select(one => (One: one, Email: emails.GetValueOrDefault(one.UserId, one.UserId.Value)));
            if (call.Typed.GetValue(json))
            {
                foreach (var (one, email) in lines)
                {
                    call.PrintJson(ReservationLine.Of(one, email), CommandJson.Default.ReservationLine);
                }

                return ExitCode.Ok;
            }

            PlainTable.Print(call, [["ID", "ACCOUNT", "RESERVED", "SINCE"], .. lines.Select(line =>
                (string[])[line.One.Id.Value, line.Email, line.One.Address.ToString(), PlainTable.Cell(line.One.CreatedAt)])]);
            return ExitCode.Ok;
        });
        return list;
    }

    private static Command BuildRemove(CommandFrame frame)
    {
        var id = new Argument<string>("ID") { Description = "The reservation's id, res_…, as `mportd reservation list` shows it." };
        var remove = new Command("remove", "Give a reservation up; its address rests before another account may have it.") { id };
        frame.Handle(remove, async (call, cancellationToken) =>
        {
            using var data = await CommandData.OpenAsync(call, cancellationToken);
            var reservation = new ReservationId(call.Typed.GetRequiredValue(id));
            if (await data.Reservations.FindAsync(reservation, cancellationToken) is not { } known || !await data.Reservations.ReleaseAsync(known.UserId, known.Id, cancellationToken))
            {
                return call.Fail(Failure.Of(ReservationErrors.ReservationUnknown));
            }

            await data.RecordAsync(ReservationEvents.Released(CommandData.Actor, known), cancellationToken);
            call.Print($"{known.Id} is released: {known.Address}");
            return ExitCode.Ok;
        });
        return remove;
    }
}

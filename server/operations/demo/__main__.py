"""`python -m server.operations.demo`: the virtual screens of a served demo."""

from gevent import monkey

# Before any import that might hold a socket or a lock.
monkey.patch_all()

if __name__ == "__main__":
    from server.operations.demo.players import main

    main()

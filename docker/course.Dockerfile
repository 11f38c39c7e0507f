# The course in JupyterLab; the address with its key is printed:
#   docker build --file docker/course.Dockerfile --tag pose-course .
#   docker run --rm --publish 127.0.0.1:8888:8888 --volume pose-work:/home/learner/course/my_notebooks pose-course
FROM python:3.13-slim-bookworm
RUN useradd --create-home --uid 1000 learner && install --directory --owner 1000 /home/learner/course
USER 1000
WORKDIR /home/learner/course
COPY --chown=1000 . .
# lint makes .venv from the lock, with its hashes; the folder is there so that a volume belongs to the learner
RUN python course.py lint && mkdir my_notebooks
EXPOSE 8888
CMD ["python", "course.py", "lab", "--no-browser", "--ip=0.0.0.0"]
